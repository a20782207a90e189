"""Lambda's event source mapping of an SQS queue."""
