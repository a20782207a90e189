"""A picture of the stage's dashboard, drawn from the template with what a run on this machine measured."""
