"""TF Serving's REST interface, on aiohttp."""

import asyncio
import functools
import json

from aiohttp import web

from ct2xkeras.serving.server import definitions, json_tensors
from ct2xkeras.serving.server.errors import ServingError, wrong

INTERFACE = "REST"
SERVICE = web.AppKey("service", object)
MODEL = "/v1/models/{name:[^/:]+}"
VERSION = MODEL + "/versions/{version:[0-9]{1,18}}"
METRICS = "/monitoring/prometheus/metrics"


def make_application(service) -> web.Application:
    """The application; the page adds its own routes to it."""
    application = web.Application(
        client_max_size=service.settings.max_request_bytes, middlewares=[errors_as_json]
    )
    application[SERVICE] = service
    for base in (MODEL, VERSION):
        application.router.add_get(base, _admitted(status))
        application.router.add_get(f"{base}/metadata", _admitted(metadata))
        application.router.add_post(f"{base}:predict", _admitted(predict))
    application.router.add_get(METRICS, metrics)
    return application


def answer(body, status=200) -> web.Response:
    """A JSON response of bytes or of an object."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.Response(body=body, status=status, content_type="application/json")


@web.middleware
async def errors_as_json(request, handler):
    """Every failure as {"error": line}, with its HTTP status."""
    try:
        return await handler(request)
    except ServingError as error:
        return answer({"error": str(error)}, error.http_status)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        text = f"{error.reason}: {request.method} {request.path[:200]}"
        return answer({"error": text}, error.status)


def _admitted(handler):
    """Counts a request, limits how many there are and how long each may take."""

    @functools.wraps(handler)
    async def admitted(request):
        service = request.app[SERVICE]
        async with service.request(INTERFACE, request.match_info.get("name", "")):
            return await asyncio.wait_for(handler(request, service), service.settings.timeout)

    return admitted


async def read_body(request) -> bytes:
    """The body, within the limit on its size.

    Raises:
        ServingError: it is too large, or broken, as a wrong compression is.
    """
    settings = request.app[SERVICE].settings
    try:
        if (request.content_length or 0) > settings.max_request_bytes:
            raise web.HTTPRequestEntityTooLarge(settings.max_request_bytes, request.content_length)
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        text = f"The request is larger than {settings.max_request_mb} MiB."
        raise ServingError("RESOURCE_EXHAUSTED", text, http_status=413) from None
    except (web.RequestPayloadError, ValueError):
        raise wrong("The request's body is broken.") from None


def _version(request):
    version = request.match_info.get("version")
    return None if version is None else int(version)


async def status(request, service):
    """States of a model's versions."""
    states = service.repository.states(request.match_info["name"], _version(request))
    return answer(definitions.to_json(definitions.status_message(states)))


async def metadata(request, service):
    """A model's signatures."""
    servable = service.repository.find(request.match_info["name"], _version(request))
    content = definitions.to_json(definitions.metadata_message(servable))
    content["metadata"]["signature_def"].pop("@type", None)
    return answer(content)


async def predict(request, service):
    """Rows (`instances`) or columns (`inputs`) through a signature."""
    servable = service.repository.find(request.match_info["name"], _version(request))
    parsed = await asyncio.to_thread(json_tensors.parse_request, await read_body(request))
    signature = servable.signature(parsed.get("signature_name"))
    inputs = await asyncio.to_thread(json_tensors.read_inputs, parsed, signature)
    outputs = await service.run(servable, signature, inputs)
    in_rows = "instances" in parsed
    return answer(await asyncio.to_thread(json_tensors.write_outputs, outputs, in_rows))


async def metrics(request):
    """Counters as Prometheus reads them."""
    return web.Response(body=request.app[SERVICE].metrics(), content_type="text/plain")
