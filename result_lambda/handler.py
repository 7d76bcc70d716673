"""The entry point of AWS Lambda: `result_lambda.handler.lambda_handler`."""

import os

from common import logs, tracing
from result_lambda.app import create_handler
from result_lambda.settings import Settings

logs.configure()
lambda_handler = create_handler(Settings.from_env(os.environ))
tracing.start("result_lambda", os.environ)
