"""What a passed run does not prove, because ministack 1.5.33 does not evaluate it. docs/reliability.md has the list."""

LIMITS = (
    "The stack's KMS key: services use it without permission. Neither the key's policy nor any `kms:ViaService` "
    "statement is evaluated, except for the verify function's own call of KMS.",
    "The bucket's encryption, lifecycle rules, public access block and object ownership: its CloudFormation ignores "
    "them.",
    "The condition key `s3:x-amz-server-side-encryption-aws-kms-key-id`: it is unknown there, so an upload that names "
    "the stack's own key is refused like one that names another.",
    "`Ref` of a secret: it is the secret's name there. `tests/deploy/ministack_main.py` corrects that to the ARN.",
    "Names of log groups: they begin with `/aws/cloudformation/` there, so the key policy's pattern for them stays "
    "untested.",
    "Metrics: nothing reads them from the log there, so no alarm ever changes its state and no mail is sent.",
    "Permissions of CloudFormation itself and of the account's root user, whose signature is not checked either.",
    "Lambda's memory and processor share, its runtime client, and Amazon Linux's own libraries.",
)
