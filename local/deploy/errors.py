"""What keeps a template from being deployed here."""

from __future__ import annotations


class DeployError(Exception):
    """The template has something that the local pipeline doesn't know; the text names it and where it stands.

    It is never passed over: a pipeline that quietly lacks what AWS would have proves nothing.
    """
