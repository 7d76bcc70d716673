"""A page in the browser: the actions of a person, and the faults that the browser reports."""

import json
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Route, expect

from tools.contract.bundle import import_copy
from tools.local.stack import Stack

DESKTOP: Final = {"width": 1200, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
REQUEST_ID: Final = "7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21"
_QUERIES: Final = "**/v1/query/**"
_PATIENCE_MS: Final = 60_000  # bound against hanging

expect.set_options(timeout=_PATIENCE_MS)


class Visit:
    """A tab of its own at `path` of the pages, in the time zone of Taipei.

    `faults` are errors of scripts, breaches of the content security policy, and requests to anything but the stack.
    Refusals of the API, which the browser reports too, are left out.
    """

    def __init__(self, browser: Browser, stack: Stack, path: str, **options: Any) -> None:  # noqa: ANN401  # passed on
        self.stack = stack
        self.faults: list[str] = []
        self._expected = ["the server responded with a status of 4"]
        self._origins = [stack.pages_url, stack.public_url, "data:", "blob:"]
        options = {"viewport": DESKTOP, "timezone_id": "Asia/Taipei", "locale": "en-GB", **options}
        self._context = browser.new_context(**options)
        self._context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stack.pages_url)
        self._context.set_default_timeout(_PATIENCE_MS)
        self.page = self.tab(path)

    def faults_are_expected(self, text: str) -> None:
        """Ignore reports of the browser that contain `text`."""
        self._expected.append(text)

    def others_are_expected(self, origin: str) -> None:
        """Let the pages call another origin."""
        self._origins.append(origin)

    def serve_settings(self, content: dict[str, str]) -> None:
        """Answer further tabs with a settings.json."""
        self._context.route("**/console/settings.json", lambda route: route.fulfill(json=content))

    def serve_without_header(self) -> None:
        """Serve the console to further tabs with the policy in its HTML alone."""

        def answer(route: Route) -> None:
            response = route.fetch()
            headers = {name: value for name, value in response.headers.items() if name != "content-security-policy"}
            route.fulfill(response=response, headers=headers)

        self._context.route("**/console/", answer)

    def route(self, address: str, content: dict[str, Any]) -> None:
        """Answer further tabs at another address, as an API that any page may call."""
        allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        self._context.route(address, lambda route: route.fulfill(json=content, headers=allowed))

    def tab(self, path: str) -> Page:
        """Open a path of the pages in a further tab of the same browser."""
        page = self._context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._check)
        page.goto(self.stack.pages_url + path)
        return page

    def see(self, text: str) -> Locator:
        """Wait for a text and return its element."""
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible()
        return found

    def look_up(self, kind: str, subject: str) -> None:
        """Choose a kind, type an id, and send the query."""
        self.page.get_by_label("Look up by").select_option(kind)
        self.page.get_by_label(f"{kind} id").fill(subject)
        self.page.get_by_role("button", name="Look up").click()

    def records(self, count: int) -> list[str]:
        """Wait for the lines of `count` pushes and return their texts."""
        rows = self.page.locator(".record")
        expect(rows).to_have_count(count)
        return rows.all_inner_texts()

    def opened(self, place: int = 0) -> Locator:
        """Open the push at a place of the list, and return its panel."""
        self.page.locator(".line").nth(place).click()
        panel = self.page.locator(".record").nth(place).locator(".panel")
        expect(panel).to_be_visible()
        return panel

    def all_pages(self) -> None:
        """Ask for pages until the list ends."""
        expect(self.page.locator("#waiting")).to_be_hidden()
        while self.page.locator("#more").is_visible():
            self.page.locator("#more").click()
            expect(self.page.locator("#waiting")).to_be_hidden()

    def filters(self) -> None:
        """Open the filters."""
        self.page.locator("#filters > summary").click()

    def clipboard(self) -> str:
        """Return the content of the clipboard."""
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def refuse(self, response_type: str, *, times: int = 1, retry_after: str | None = None) -> None:
        """Answer the next queries with API Gateway's response of a type, as the contract defines it."""
        response = import_copy("public")["x-amazon-apigateway-gateway-responses"][response_type]
        parameters = {key.rpartition(".")[2]: value for key, value in response["responseParameters"].items()}
        headers = {
            name: REQUEST_ID if value.startswith("context") else value[1:-1] for name, value in parameters.items()
        }
        if retry_after is not None:
            headers["Retry-After"] = retry_after
        body = response["responseTemplates"]["application/json"].replace("$context.requestId", REQUEST_ID)
        body = body.replace("$context.error.messageString", '"Refused"')

        def answer(route: Route) -> None:
            route.fulfill(status=int(response["statusCode"]), headers=headers, body=body)

        self.page.route(_QUERIES, answer, times=times)

    def asked(self) -> list[dict[str, Any]]:
        """Return a list that gets the body of each query from now on."""
        bodies: list[dict[str, Any]] = []

        def note(request: Request) -> None:
            if "/v1/query/" in request.url and request.method == "POST":
                bodies.append(json.loads(request.post_data or ""))

        self.page.on("request", note)
        return bodies

    def accessibility(self, *rules: str) -> list[str]:
        """Return the violations of some rules, or of all, that axe-core finds: rule, element and explanation."""
        options = {"runOnly": list(rules)} if rules else {}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{rule['id']} {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    def overflow(self) -> int:
        """Return how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(0, wider)

    def close(self) -> None:
        """Close the tabs."""
        self._context.close()

    def _note(self, message: ConsoleMessage) -> None:
        is_expected = any(text in message.text for text in self._expected)
        if message.type in {"error", "warning"} and not is_expected:
            self.faults.append(message.text)

    def _check(self, request: Request) -> None:
        if not request.url.startswith(tuple(self._origins)):
            self.faults.append(f"a request to {request.url}")
