"""The pipeline on one machine: AWS emulated, the template as it is deployed, the handlers in processes of their own."""
