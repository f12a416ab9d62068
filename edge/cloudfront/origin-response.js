// The bucket's own errors are XML, and without the right to list it says 403 of what it does not hold.
// A function of the viewer is not asked after an error, and an error page of the distribution would be the API's too.
const MISSING = "<!doctype html><html lang=en><meta charset=utf-8><title>Not found</title><h1>Not found</h1><p>There is nothing at this address.</p></html>";

exports.handler = async (event) => {
    const { response } = event.Records[0].cf;
    if (response.status !== "403" && response.status !== "404") {
        return response;
    }
    const headers = {
        "content-type": [{ key: "Content-Type", value: "text/html" }],
        "cache-control": [{ key: "Cache-Control", value: "no-store" }],
    };
    return { status: "404", statusDescription: "Not Found", headers, body: MISSING };
};
