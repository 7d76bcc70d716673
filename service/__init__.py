"""The query service on ECS: the public contract in, the internal contract out."""

import warnings

# Connexion imports a test client of Starlette's that asks for another httpx; here it is never used. The filter stands
# before anything of the service can import Connexion, so that a start prints log lines alone.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
