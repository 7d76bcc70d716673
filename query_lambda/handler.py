"""The entry point of AWS Lambda: `query_lambda.handler.lambda_handler`."""

import os

from common import logs, tracing
from query_lambda.app import create_handler
from query_lambda.settings import Settings

logs.configure()
lambda_handler = create_handler(Settings.from_env(os.environ))
tracing.start("query_lambda", os.environ)
