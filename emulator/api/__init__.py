"""The endpoints of the vendor's guide over HTTP."""
