"""The rules that the contracts and their import copies are held to, one function each."""
