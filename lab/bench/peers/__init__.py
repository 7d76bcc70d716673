"""What ours is measured against: the same work as a good engineer of each framework would write it.

They share no code with ours and stand alone, so that what is compared is all that a request costs.
"""
