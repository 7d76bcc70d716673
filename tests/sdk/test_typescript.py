"""The npm package of the TypeScript client, installed in empty projects: its behaviour, its types and its size."""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.requirements import not_tested
from tests.sdk.conformance import SCENARIOS, expected, stub
from tests.sdk.installed import ROOT
from tools.contract.packages import GenerationError
from tools.contract.typescript import TYPESCRIPT, node_modules, pack_typescript
from tools.local.stack import Stack

SECONDS: Final = 120
CLIENT: Final = "typescript"
NAME: Final = "query-service-client"
MOST_BYTES: Final = 15 * 1024
STRICT: Final = (
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--noUncheckedIndexedAccess",
    "--types",
    "node",
)
MODULE: Final = ("--module", "NodeNext", "--target", "ES2022", "--skipLibCheck", "false")
README: Final = (ROOT / "generated_client" / TYPESCRIPT / "README.md").read_text(encoding="utf-8")
SNIPPETS: Final = re.findall(r"^```(ts|js)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

# Every line from the third on is a mistake.
WRONG: Final = """import { QueryServiceClient } from "query-service-client";
const client = new QueryServiceClient();
new QueryServiceClient({ baseURL: "x" });
client.queryUser({});
client.queryUser({ user_id: "u1", status: "FAILED" });
client.queryUser({ user_id: "u1" }, { timeout: 1 });
client.iterMarketing({ user_id: "u1" });
client.queryNobody({ user_id: "u1" });
client.queryUser({ user_id: "u1" }).then((page) => page.itmes);
"""


@pytest.fixture(scope="module")
def tools(node_and_npm: None) -> Path:  # noqa: ARG001  # it has to be there
    """Give the node_modules of the tools; npm downloads them once, into .cache."""
    try:
        return node_modules()
    except GenerationError as error:
        not_tested("the TypeScript package", str(error))


@pytest.fixture(scope="module")
def tarball(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  # they have to be there
    """Give the package as `make dist` makes it."""
    return pack_typescript(tmp_path_factory.mktemp("npm"))


@pytest.fixture(scope="module")
def project(tarball: Path, tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project in which the package, and nothing else, was installed from its tarball."""
    folder = tmp_path_factory.mktemp("portal")
    (folder / "package.json").write_text('{"name": "portal", "version": "1.0.0", "private": true}', encoding="utf-8")
    run("npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", str(tarball), cwd=folder)
    assert [NAME] == sorted(path.name for path in (folder / "node_modules").iterdir() if path.name[0] != ".")
    (folder / "node_modules" / "@types").symlink_to(tools / "@types")
    (folder / "node_modules" / "undici-types").symlink_to(tools / "undici-types")  # of @types/node
    return folder


def started(program: str, *arguments: str, cwd: Path, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Node.js."""
    return subprocess.run(  # noqa: S603  # ours
        [shutil.which(program) or program, *arguments],
        cwd=cwd,
        env=os.environ | env,
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def run(program: str, *arguments: str, cwd: Path, given: str = "", **env: str) -> str:
    """Run a program of Node.js and return what it printed; fail if it did."""
    done = started(program, *arguments, cwd=cwd, given=given, **env)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def reports(project: Path) -> dict[str, str]:
    """Run all scenarios in one process; give what is wrong with each."""
    shutil.copy(Path(__file__).with_name("conformance.mjs"), project)
    with stub() as service:
        those = [each | {"base_url": service.base_url(each)} for each in SCENARIOS if expected(each, CLIENT)]
        printed: dict[str, Any] = json.loads(run("node", "conformance.mjs", cwd=project, given=json.dumps(those)))
        wrong = {}
        for scenario in those:
            try:
                service.check(scenario, printed[scenario["name"]], CLIENT)
            except AssertionError as error:
                wrong[scenario["name"]] = f"{error}\n{printed[scenario['name']]}"
        return wrong


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_scenario(reports: dict[str, str], scenario: dict[str, Any]) -> None:
    """The client does what the Python clients do in test_conformance.py."""
    assert scenario["name"] not in reports, reports[scenario["name"]]


def test_global_fetch_is_looked_up_at_each_call(project: Path) -> None:
    """A `fetch` that a page wrapped later is used, and an own one wins; a deaf one cannot hold a call."""
    (project / "fetch.mjs").write_text(
        """import { QueryServiceClient } from "query-service-client";
const answer = (count) => async () => new Response(JSON.stringify({ items: [], count }));
const options = { baseUrl: "http://service.test/v1", apiKey: "key" };
const client = new QueryServiceClient(options);
globalThis.fetch = answer(1);
const own = new QueryServiceClient({ ...options, fetch: answer(2) });
console.log((await client.queryUser({ user_id: "u1" })).count, (await own.queryUser({ user_id: "u1" })).count);
const deaf = new QueryServiceClient({ ...options, fetch: () => new Promise(() => undefined) });
const controller = new AbortController();
const call = deaf.queryUser({ user_id: "u1" }, { signal: controller.signal });
controller.abort("gone");
console.log(await call.catch((reason) => reason));
""",
        encoding="utf-8",
    )
    assert "1 2\ngone\n" == run("node", "fetch.mjs", cwd=project)


def test_redirect_of_a_browser_is_refused(project: Path) -> None:
    """A browser hides its status and gives an opaque answer; a `fetch` that followed one says so."""
    (project / "redirect.mjs").write_text(
        """import { QueryServiceClient } from "query-service-client";
for (const seen of [{ type: "opaqueredirect", ok: false, status: 0 }, { redirected: true, ok: true, status: 200 }]) {
  const fetch = async (_, { redirect }) => ({ headers: new Headers({ how: redirect }), ...seen });
  const client = new QueryServiceClient({ baseUrl: "http://service.test/v1", apiKey: "key", fetch });
  const error = await client.health().catch((reason) => reason);
  console.log(error.name, error.status, error.headers.get("how"), error.attempts);
}
""",
        encoding="utf-8",
    )
    assert "ApiStatusError 0 manual 1\n" * 2 == run("node", "redirect.mjs", cwd=project)


@pytest.mark.parametrize(("name", "suffix"), [("module", "mts"), ("commonjs", "cts")])
def test_strict_tsc_reads_the_types(project: Path, tools: Path, name: str, suffix: str) -> None:
    """Of ES modules and of CommonJS; types that let everything pass would be of no use."""
    folder = project / name
    folder.mkdir()
    (folder / f"wrong.{suffix}").write_text(WRONG, encoding="utf-8")
    for number, (_, text) in enumerate(SNIPPETS[:-1]):
        is_plain = suffix == "cts"
        body = (
            re.sub(r"(?s)^(import .*?;\n)(.*)", r"\1async function main() {\n\2}\nmain();\n", text)
            if is_plain
            else text
        )
        (folder / f"snippet{number}.{suffix}").write_text(body, encoding="utf-8")
    files = sorted(path.name for path in folder.iterdir())
    done = started("node", str(tools / "typescript" / "bin" / "tsc"), *STRICT, *MODULE, *files, cwd=folder)
    found = set(re.findall(r"^(\S+)\((\d+),\d+\): error", done.stdout, re.MULTILINE))
    assert {(f"wrong.{suffix}", str(line)) for line in range(3, 10)} == found, done.stdout


def test_snippets_of_the_readme_run(project: Path, tools: Path, stack: Stack) -> None:
    """Copied and pasted, against the chain."""
    assert ["ts", "ts", "ts", "ts", "js"] == [language for language, _ in SNIPPETS]
    env = {"QUERY_SERVICE_URL": stack.public_url, "QUERY_SERVICE_API_KEY": stack.options.api_key}
    printed = []
    for number, (language, text) in enumerate(SNIPPETS):
        name = f"snippet{number}.{'cjs' if language == 'js' else 'mjs'}"
        if language == "ts":
            (project / "snippet.ts").write_text(text, encoding="utf-8")
            run("node", str(tools / "esbuild" / "bin" / "esbuild"), "snippet.ts", f"--outfile={name}", cwd=project)
        else:
            (project / name).write_text(text, encoding="utf-8")
        printed.append(run("node", name, cwd=project, **env))
    assert all(" FAILED " in line for line in printed[0].splitlines())
    assert "2 undefined" == printed[1].splitlines()[0]
    assert "invalid_body" in printed[3]
    assert "ok\n" == printed[4]


def bundled(project: Path, tools: Path, source: str) -> int:
    """Return the bytes of a program for browsers, minified and compressed."""
    (project / "page.mjs").write_text(source, encoding="utf-8")
    esbuild = str(tools / "esbuild" / "bin" / "esbuild")
    options = ("--bundle", "--minify", "--format=esm", "--platform=browser")
    return len(gzip.compress(run("node", esbuild, "page.mjs", *options, cwd=project).encode()))


def test_package_is_small_and_what_is_not_used_is_left_out(project: Path, tools: Path) -> None:
    """The whole client in a page, and a page that only compares errors."""
    whole = bundled(project, tools, 'import * as all from "query-service-client";\nconsole.log(all);\n')
    errors = bundled(project, tools, 'import { ApiError } from "query-service-client";\nconsole.log(ApiError);\n')
    assert whole < MOST_BYTES
    assert errors < whole / 3


def test_judges_of_packages_find_nothing(project: Path, tarball: Path, tools: Path) -> None:
    """Publint and "are the types wrong", on the tarball."""
    publint = tools / "publint" / "src" / "cli.js"
    assert "All good!" in run("node", str(publint), "run", str(tarball), "--strict", cwd=project)
    types = tools / "@arethetypeswrong" / "cli" / "dist" / "index.js"
    run("node", str(types), str(tarball), "--no-color", "--exclude-entrypoints", "openapi.json", cwd=project)


def test_source_maps_lead_to_sources_in_the_package(project: Path) -> None:
    """For debuggers, and for an editor's "go to definition"."""
    package = project / "node_modules" / NAME
    maps = sorted(package.rglob("*.map"))
    sources = {(each, source) for each in maps for source in json.loads(each.read_text(encoding="utf-8"))["sources"]}
    assert maps
    assert all((each.parent / source).resolve().is_relative_to(package / "src") for each, source in sources)
    assert all((each.parent / source).exists() for each, source in sources)
