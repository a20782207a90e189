"""The Function URL of the verify function, on 127.0.0.1."""
