"""One module for each thing that must hold. Every ``run`` reports its accounts and raises when they don't add up."""
