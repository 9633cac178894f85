// Shows the description of the API, and puts the token against forgery on what is tried out here.
"use strict";
const settings = JSON.parse(document.getElementById("swagger-settings").textContent);
const token = document.currentScript.dataset.csrf;
SwaggerUIBundle({
  ...settings,
  dom_id: "#swagger-ui",
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = token;
    return request;
  },
});
