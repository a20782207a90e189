"""The synthesised template on the emulated AWS, by public boto3 calls."""
