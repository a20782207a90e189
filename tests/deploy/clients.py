"""Uploads with the clients that ``docs/messages.md`` names, with the permissions of the uploader's policy alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sealed_ocr.common.kinds import Kind

from local.processes.aws_clients import REGION
from tests.deploy.pipeline import Pipeline, Upload
from tests.deploy.report import Step

# More than the sizes from which these clients upload in parts: 8 MiB, s3cmd 15.
_SIZES = (0, 16 << 20)
_DENIED = "AccessDenied"


def try_clients(pipeline: Pipeline, step: Step) -> None:
    """Upload a small and a large image with each client, and receive their messages. Others are refused."""
    s3 = pipeline.account.client("s3", pipeline.uploader)
    s3cmd = _s3cmd(pipeline)
    uploads = []
    for size in _SIZES:
        for name in _working(pipeline, s3, s3cmd, pipeline.card):
            upload = pipeline.image(Kind.CREDIT_CARD, "credit-card", size=size)
            _working(pipeline, s3, s3cmd, upload)[name]()
            uploads.append(upload)
    refused = _refused(pipeline, s3cmd)
    for command in refused.values():
        pipeline.account.refused(_DENIED, *command, user=pipeline.uploader)
    pipeline.messages(*uploads)
    step.found(f"{len(uploads)} images of up to 16 MiB by {', '.join(_working(pipeline, s3, s3cmd, pipeline.card))}")
    step.found(f"refused: {', '.join(refused)}")


def _working(pipeline: Pipeline, s3: Any, s3cmd: tuple[str, ...], upload: Upload) -> dict[str, Callable[[], object]]:
    """Return what uploads an image, by the client's name."""
    run = partial(pipeline.account.run, user=pipeline.uploader)
    aws, curl = pipeline.account.aws, ("curl", "--silent", "--fail", "--cacert", str(pipeline.account.authority))
    bucket, key, path = pipeline.bucket, upload.key, str(upload.path)
    address, named = f"s3://{bucket}/{key}", {"Bucket": bucket, "Key": key}
    post = s3.generate_presigned_post(bucket, key)
    form = [part for name, value in post["fields"].items() for part in ("--form-string", f"{name}={value}")]
    put = s3.generate_presigned_url("put_object", Params=named)
    from_stdin = ("sh", "-c", 'file=$1; shift; exec "$@" < "$file"', "sh", path)
    return {
        "aws s3 cp": partial(run, *aws("s3", "cp", path, address)),
        "aws s3 cp -": partial(run, *from_stdin, *aws("s3", "cp", "-", address)),
        "aws s3api put-object": partial(
            run, *aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", path)
        ),
        "boto3 put_object": partial(s3.put_object, **named, Body=upload.drawn.content),
        "boto3 upload_file": partial(s3.upload_file, path, bucket, key),
        "presigned PUT": partial(run, *curl, "--upload-file", path, put),
        "presigned POST": partial(run, *curl, *form, "--form", f"file=@{path}", post["url"]),
        "s3cmd --region REGION put": partial(run, *s3cmd, "put", path, address),
    }


def _refused(pipeline: Pipeline, s3cmd: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return commands that list the bucket first, by the client's name."""
    folder, address = str(pipeline.account.folder), f"s3://{pipeline.bucket}/credit-card/"
    return {
        "aws s3 sync": pipeline.account.aws("s3", "sync", folder, address),
        "s3cmd sync": (*s3cmd, "sync", f"{folder}/", address),
    }


def _s3cmd(pipeline: Pipeline) -> tuple[str, ...]:
    account, host = pipeline.account, urlsplit(pipeline.account.url).netloc
    settings = account.folder / "s3cfg"
    settings.write_text(
        f"[default]\nhost_base = {host}\nhost_bucket = {host}\nca_certs_file = {account.authority}\n"
        f"access_key = {pipeline.uploader.key_id}\nsecret_key = {pipeline.uploader.secret}\n"
    )
    return (account.tool("s3cmd"), "--config", str(settings), "--region", REGION)
