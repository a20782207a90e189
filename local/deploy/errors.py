"""The error of a template that cannot be deployed here."""

from __future__ import annotations


class DeployError(Exception):
    """The template contains something that the local pipeline does not support. The text names it and its place.

    Nothing is skipped silently: a pipeline that lacks a part of the stack proves nothing about the stack.
    """
