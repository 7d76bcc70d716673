"""Starts the service as its container does, but on 127.0.0.1 and a port of choice.

python -m bench.own_service 8123
"""

import sys

import service.__main__

if __name__ == "__main__":
    vars(service.__main__).update(HOST="127.0.0.1", PORT=int(sys.argv[1]))
    service.__main__.main()
