"""What the page's script asks for.

GET  /                   the page
GET  /page/models        models that it can show, and looks
POST /page/ct            a phantom by `?phantom=SEED`, or a file by `?name=` and its bytes
POST /page/style         a look by `?look=`, or a radiograph by `?name=` and its bytes
GET  /page/view          X-ray and DRR at `?primary=&secondary=`, as base64 PNGs
GET  /page/file          one of them to keep, `&kind=xray|drr&format=png|dicom`
"""

import asyncio
import base64
import functools
import math

from aiohttp import web

from ct2xkeras.geometry.views import angles_name
from ct2xkeras.serving.page.files import dicom_file
from ct2xkeras.serving.page.html import HEADERS, page_html
from ct2xkeras.serving.page.looks import look_names
from ct2xkeras.serving.page.reading import CT_SUFFIXES, read_ct, read_xray
from ct2xkeras.serving.page.scene import Scene, can_show, phantom_for
from ct2xkeras.serving.page.shelf import Shelf
from ct2xkeras.serving.server.errors import wrong
from ct2xkeras.serving.server.rest import answer, read_body

INTERFACE = "page"
KINDS = ("xray", "drr")
LARGEST_SEED = 9999
CTS, STYLES = 8, 32  # kept at a time


def add_page(application, service):
    """Adds the page to a REST application."""
    Page(service).add_to(application.router)


def _admitted(handler):
    """Counts a request as the server's own, and limits its time."""

    @functools.wraps(handler)
    async def admitted(self, request):
        async with self.service.request(INTERFACE, request.query.get("model", "")):
            limit = self.service.settings.timeout
            return await asyncio.wait_for(handler(self, request), limit)

    return admitted


class Page:
    """Handlers of the page, and what its visitors loaded."""

    def __init__(self, service):
        self.service, self.scene = service, Scene(service)
        self.cts, self.styles = Shelf("CT", CTS), Shelf("style", STYLES)

    def add_to(self, router):
        """Add all addresses."""
        router.add_get("/", self.index)
        router.add_get("/page/models", self.models)
        router.add_post("/page/ct", self.load_ct)
        router.add_post("/page/style", self.load_style)
        router.add_get("/page/view", self.view)
        router.add_get("/page/file", self.file)

    async def index(self, request):
        """The page itself."""
        return web.Response(text=page_html(), content_type="text/html", headers=HEADERS)

    async def models(self, request):
        """Names and versions of models, and looks."""
        found = [
            {"name": name, "version": model.servable.version}
            for name, model in sorted(self.service.repository.models.items())
            if model.servable and can_show(model.servable)
        ]
        return answer({"models": found, "looks": look_names(), "ctSuffixes": CT_SUFFIXES})

    @_admitted
    async def load_ct(self, request):
        """A CT to look at."""
        servable = self.scene.find(_text(request, "model"))
        if "phantom" in request.query:
            seed = int(_number(request, "phantom", 0, LARGEST_SEED))
            volume = await asyncio.to_thread(phantom_for, servable, seed)
        else:
            content = await read_body(request)
            volume = await asyncio.to_thread(read_ct, _text(request, "name"), content)
        ct = await self.scene.place_ct(servable, volume)
        facts = {
            "name": ct.name,
            "voxels": volume.hu.shape,
            "spacing": [round(step, 3) for step in volume.spacing],
            "notes": volume.notes,
        }
        return answer({"ct": self.cts.put(ct), **facts})

    @_admitted
    async def load_style(self, request):
        """A style to show it in."""
        servable = self.scene.find(_text(request, "model"))
        if "look" in request.query:
            name = _choice(request, "look", look_names())
            code = await self.scene.style_of_look(servable, name)
        else:
            content = await read_body(request)
            png = await asyncio.to_thread(read_xray, _text(request, "name"), content)
            code = await self.scene.style_of_radiograph(servable, png)
        return answer({"style": self.styles.put(code)})

    async def _pictures(self, request):
        ct = self.cts.take(_text(request, "ct"))
        style = self.styles.take(_text(request, "style"))
        angles = (_number(request, "primary", -180, 180), _number(request, "secondary", -90, 90))
        view = await self.scene.view(ct, angles)
        return ct, angles, view, await self.scene.pictures(ct, style, view)

    @_admitted
    async def view(self, request):
        """Both pictures of a view."""
        _, _, view, pictures = await self._pictures(request)
        shown = {name: base64.b64encode(png).decode() for name, png in pictures.items()}
        return answer({**shown, "truncated": view.truncated})

    @_admitted
    async def file(self, request):
        """One picture of a view as a file."""
        kind = _choice(request, "kind", KINDS)
        kept = _choice(request, "format", ("png", "dicom"))
        ct, angles, view, pictures = await self._pictures(request)
        content, suffix = pictures[kind], "png"
        if kept == "dicom":
            content, suffix = await asyncio.to_thread(dicom_file, content, view.pose, kind), "dcm"
        name = f"{ct.name}_{angles_name(*angles)}_{kind}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=content, content_type=f"application/{kept}", headers=headers)


def _text(request, name):
    value = request.query.get(name, "")
    if not value:
        raise wrong(f"{name}: is missing.")
    return value


def _choice(request, name, choices):
    value = _text(request, name)
    if value not in choices:
        raise wrong(f"{name}: expected one of {', '.join(choices)}.")
    return value


def _number(request, name, low, high):
    try:
        value = float(_text(request, name))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise wrong(f"{name}: expected a number from {low} to {high}.")
    return value
