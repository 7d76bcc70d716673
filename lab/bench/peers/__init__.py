"""The peers: the same work as a good engineer of each framework would write it.

They share no code with the product, so that a comparison covers all that a request costs.
"""
