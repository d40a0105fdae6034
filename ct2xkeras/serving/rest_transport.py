"""A client's requests by REST, on urllib3."""

import base64
import json
from urllib.parse import quote

import numpy as np

from ct2xkeras.serving.asking import UNAVAILABLE, ServerError
from ct2xkeras.serving.server.signatures import read_signatures

REST_STATUS = {
    404: "NOT_FOUND",
    413: "RESOURCE_EXHAUSTED",
    429: "RESOURCE_EXHAUSTED",
    503: UNAVAILABLE,
    504: "DEADLINE_EXCEEDED",
}


class RestTransport:
    """Columns as JSON, byte strings as base64."""

    def __init__(self, address, model, version):
        import urllib3

        self._address = address
        self._url = f"{address}/v1/models/{quote(model, safe='')}"
        self._url += "" if version is None else f"/versions/{version}"
        self._pool = urllib3.PoolManager(maxsize=8)

    def signatures(self, timeout):
        """{name: `Signature`} of the model."""
        found = self._ask("GET", "/metadata", timeout)
        return read_signatures(found["metadata"]["signature_def"]["signature_def"])

    def states(self, timeout) -> dict[int, str]:
        """{version: state}."""
        found = self._ask("GET", "", timeout).get("model_version_status", [])
        return {int(entry["version"]): entry["state"] for entry in found}

    def predict(self, signature, inputs, timeout) -> dict[str, np.ndarray]:
        """Outputs of a `Signature` for {name: array}."""
        columns = {name: _to_json(array) for name, array in inputs.items()}
        body = json.dumps({"signature_name": signature.name, "inputs": columns}).encode()
        outputs = self._ask("POST", ":predict", timeout, body)["outputs"]
        if len(signature.outputs) == 1:
            outputs = {next(iter(signature.outputs)): outputs}
        return {name: _from_json(outputs[name], spec) for name, spec in signature.outputs.items()}

    def _ask(self, method, path, timeout, body=None):
        import urllib3

        headers = {"Content-Type": "application/json"} if body else None
        try:
            response = self._pool.request(
                method,
                self._url + path,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=timeout),
                retries=False,
            )
            content = json.loads(response.data) if response.data else {}
        except urllib3.exceptions.ReadTimeoutError:
            raise ServerError(self._address, "DEADLINE_EXCEEDED", "no answer in time") from None
        except urllib3.exceptions.HTTPError as error:
            raise ServerError(self._address, UNAVAILABLE, f"cannot be reached ({error})") from None
        except ValueError:
            raise ServerError(self._address, "INTERNAL", "answers, but not in JSON") from None
        if response.status != 200:
            status = REST_STATUS.get(response.status)
            status = status or ("INTERNAL" if response.status >= 500 else "INVALID_ARGUMENT")
            message = content.get("error", "") if isinstance(content, dict) else ""
            raise ServerError(self._address, status, message or f"HTTP {response.status}")
        return content

    def close(self):
        """Close its connections."""
        self._pool.clear()


def _to_json(array):
    if array.dtype != object:
        return array.tolist()
    encode = np.frompyfunc(lambda data: {"b64": base64.b64encode(data).decode()}, 1, 1)
    return np.asarray(encode(array), object).tolist()


def _from_json(value, spec):
    if spec.dtype != object:
        return np.asarray(value, spec.dtype)
    decode = np.frompyfunc(_to_bytes, 1, 1)
    return np.asarray(decode(np.asarray(value, object)), object)


def _to_bytes(value):
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value.encode()
