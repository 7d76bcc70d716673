"""Writes the operations of the TypeScript client: a documented method each, on the hand-written runtime."""

import textwrap
from typing import Any, Final

from tools.contract.bundle import operations

_CONTRACT: Final = "openapi_document"
_PAGE: Final = "RecordPage"
_JSON_TYPES: Final = {"integer": "number"}
_HEAD: Final = """// Generated from the contract by `make client`.
import {{ added }} from "./totals.js";
import {{ type CallOptions, type ClientOptions }} from "./options.js";
import {{ type Linked, linked, Pager }} from "./pages.js";
import {{ ApiClient, type Operation }} from "./runtime.js";
import type {{ components }} from "./schema.js";

type Schemas = components["schemas"];
/** A request in which a moment may be a Date. */
type Query<T> = {{ [K in keyof T]: K extends "created_from" | "created_to" ? T[K] | Date : T[K] }};

{types}
/** Options of a count over all answers. */
export interface CountOptions extends CallOptions {{
  /** Called with the sum so far after each answer; what it throws ends the count. */
  progress?: ((sum: CampaignSummary) => void) | undefined;
  /** A sum that was broken off: its `next_cursor` is where to count on. The filters stay the same. */
  resume?: CampaignSummary | undefined;
}}

{constants}

/**
 * Client of the push record query API {version}.
 *
 * Every method rejects with an ApiError, with a ConfigurationError before anything is sent, or with the reason of an
 * aborted `signal`.
 */
export class QueryServiceClient extends ApiClient {{
  constructor(options: ClientOptions = {{}}) {{
    super(options, "query-service-client/{version}");
  }}
{methods}}}
"""
_CALL: Final = """
{doc}
  {name}({argument}options?: CallOptions): Promise<{answer}> {{
    return this.call({constant}, {body}, options){next};
  }}
"""
_NEXT: Final = """.then((page) =>
      linked(page, (cursor) => this.{method}({{ {ids}, limit: query.limit ?? null, cursor }}, options)),
    )"""
_PAGES: Final = """
  /** {summary}: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iter{name}(query: {query}, options?: CallOptions): Pager<RecordPage, PushRecord> {{
    const fetch = (cursor: string | undefined) =>
      this.{method}({{ limit: {largest}, ...query, ...(cursor === undefined ? {{}} : {{ cursor }}) }}, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }}
"""
_COUNT: Final = """
  /**
   * {summary}: the sum of all answers of `{method}`.
   *
   * The counts are those of a window that does not change meanwhile: `created_to` is the time of this call, unless it
   * is given.
   */
  async count{name}(query: Omit<{query}, "cursor">, options: CountOptions = {{}}): Promise<{answer}> {{
    const {{ progress, resume, ...others }} = options;
    if (resume && !resume.next_cursor) return resume;
    const window = resume ? query : {{ ...query, created_to: query.created_to ?? Math.floor(this.now()) }};
    const fetch = (cursor: string | undefined) =>
      this.{method}({{ ...window, ...(cursor === undefined ? {{}} : {{ cursor }}) }}, others);
    let sum = resume;
    for await (const page of new Pager(fetch, () => [], resume?.next_cursor).pages()) {{
      sum = added(sum, page);
      progress?.(sum);
    }}
    return sum as {answer};
  }}
"""


def client_module(document: dict[str, Any]) -> str:
    """Return `client.ts` for the consumers' document: an operation that is deprecated has no method."""
    schemas = document["components"]["schemas"]
    methods, constants = [], []
    used = {"PushRecord"}
    for place, operation in operations(document).items():
        name = operation["operationId"]
        if operation.get("deprecated") or name == _CONTRACT:
            continue
        answer = _reference(operation["responses"]["200"])
        request = _reference(operation["requestBody"]) if "requestBody" in operation else None
        used |= {answer, *([request] if request else [])}
        constants.append(_constant(operation, place, schemas[answer]))
        methods.append(_methods(operation, request, answer, schemas))
    types = "".join(_type(name, schemas[name]) for name in sorted(used))
    return _HEAD.format(
        types=types, constants="\n".join(constants), methods="".join(methods), version=document["info"]["version"]
    )


def _type(name: str, schema: dict[str, Any]) -> str:
    kind = {_PAGE: "Linked<{}>"}.get(name, "Query<{}>" if name.endswith("Request") else "{}")
    of = f'Schemas["{name}"]'
    return f"{_comment(schema['description'], '')}\nexport type {name} = {kind.format(of)};\n"


def _reference(message: dict[str, Any]) -> str:
    reference: str = message["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def _constant(operation: dict[str, Any], place: str, answer: dict[str, Any]) -> str:
    name: str = operation["operationId"]
    method, _, path = place.partition(" ")
    fields = answer["properties"]
    kinds = {each: fields[each]["type"] for each in answer["required"] if "type" in fields[each]}
    required = ", ".join(f'{each}: "{_JSON_TYPES.get(kind, kind)}"' for each, kind in kinds.items())
    needs_key = "false" if operation.get("security") == [] else "true"
    schema = _reference(operation["responses"]["200"])
    return (
        f'const {name.upper()}: Operation<Schemas["{schema}"]> = {{\n  name: "{name}",\n'
        f'  method: "{method}",\n  path: "{path}",\n  needsKey: {needs_key},\n  required: {{ {required} }},\n}};'
    )


def _methods(operation: dict[str, Any], request: str | None, answer: str, schemas: dict[str, Any]) -> str:
    verb, *words = operation["operationId"].split("_")
    noun = "".join(word.capitalize() for word in words)
    names = {"name": noun, "method": verb + noun, "query": request, "answer": answer}
    ids = ", ".join(f"{each}: query.{each}" for each in schemas[request]["required"]) if request else ""
    text = _CALL.format(
        next=_NEXT.format(ids=ids, **names) if answer == _PAGE else "",
        doc=_comment(f"{operation['summary']}.\n\n{operation['description']}", "  "),
        argument=f"query: {request}, " if request else "",
        body="query" if request else "undefined",
        constant=operation["operationId"].upper(),
        **names | {"name": verb + noun},
    )
    if request and "cursor" in schemas[request]["properties"]:
        template = _PAGES if answer == _PAGE else _COUNT
        largest = schemas[request]["properties"].get("limit", {}).get("maximum")
        text += template.format(summary=operation["summary"], largest=largest, **names)
    return text


def _comment(text: str, indent: str) -> str:
    safe = text.strip().replace("*/", "*\\/")
    lines = [line for part in safe.split("\n") for line in (textwrap.wrap(part, 112) or [""])]
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"])
