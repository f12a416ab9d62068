// Object metadata becomes status and headers, as edge/nginx does by its script and maps.
function move(headers, from, to) {
    if (headers[from]) {
        headers[to] = { value: headers[from].value };
        delete headers[from];
    }
}

function handler(event) {
    const response = event.response;
    const headers = response.headers;
    const state = headers["x-amz-meta-state"] && headers["x-amz-meta-state"].value;
    if (state === "gone") {
        response.statusCode = 410;
    } else if (state === "redirect") {
        response.statusCode = 301;
        move(headers, "x-amz-meta-location", "location");
    }
    move(headers, "x-amz-meta-version", "x-source-version");
    move(headers, "x-amz-meta-committed-at", "x-committed-at");
    delete headers["x-amz-meta-state"];
    delete headers["x-amz-meta-location"];
    delete headers["x-amz-meta-cache-tag"];
    delete headers["x-amz-meta-release"];
    delete headers["x-amz-meta-request-id"];
    return response;
}
