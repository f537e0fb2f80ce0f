"""The long experiments: each is a function that runs something real and says which of its promises held."""
