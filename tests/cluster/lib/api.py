# SPDX-License-Identifier: Apache-2.0
"""A small client of the API server for setting the cluster up. One Api per
thread: it holds one connection."""

import http.client
import json
import ssl
import time


class ApiError(Exception):
    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class Api:
    def __init__(self, host, port, ca, token):
        self.host, self.port, self.token = host, port, token
        self.context = ssl.create_default_context(cafile=ca)
        self.connection = None
        self.resources = {}

    def request(self, method, path, body=None, content_type="application/json"):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        data = None if body is None else json.dumps(body)
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(self.host, self.port, context=self.context, timeout=20)
            self.connection.request(method, path, data, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            raise ApiError(0, error) from error
        if response.status >= 300:
            raise ApiError(response.status, text[:2000])
        return json.loads(text) if text.startswith("{") else text

    def path(self, thing):
        version = thing["apiVersion"]
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if base not in self.resources:
            found = self.request("GET", base)["resources"]
            self.resources[base] = {r["kind"]: r for r in found if "/" not in r["name"]}
        resource = self.resources[base].get(thing["kind"])
        if resource is None:
            del self.resources[base]  # perhaps not served yet
            raise ApiError(404, f"no kind {thing['kind']} in {version}")
        if resource["namespaced"]:
            base += f"/namespaces/{thing['metadata'].get('namespace', 'default')}"
        return f"{base}/{resource['name']}/{thing['metadata']['name']}"

    def apply(self, thing):
        """Creates or changes THING, by server-side apply."""
        return self.request("PATCH", f"{self.path(thing)}?fieldManager=slipway-test&force=true", thing,
                            "application/apply-patch+yaml")

    def apply_soon(self, thing, alive=lambda: None):
        """Like apply, until its kind is served and its webhooks answer."""
        return until(lambda: self.apply(thing), 30, f"create {thing['kind']} {thing['metadata']['name']}", alive)


def until(action, limit, what, alive=lambda: None):
    """Repeats ACTION until it raises no ApiError or OSError and returns
    something true; ALIVE may raise to give up early."""
    end = time.monotonic() + limit
    while True:
        problem = "no answer"
        try:
            if result := action():
                return result
        except (ApiError, OSError) as error:
            problem = error
        alive()
        if time.monotonic() > end:
            raise TimeoutError(f"could not {what} within {limit:.0f} s: {problem}")
        time.sleep(0.1)
