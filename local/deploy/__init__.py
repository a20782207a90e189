"""Deploys the synthesised template on the emulated AWS, with public boto3 calls."""
