// Asks the browser for a passkey and sends what it made as an ordinary form (WebAuthn Level 3, 5.1.3 and 5.1.8).
"use strict";
(() => {
  const form = document.getElementById("passkey");
  const warning = document.getElementById("no-passkeys");
  const error = document.getElementById("passkey-error");
  if (!form || !window.PublicKeyCredential || !navigator.credentials) {
    return;
  }
  warning.hidden = true;
  form.hidden = false;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  const options = () => {
    const publicKey = JSON.parse(form.dataset.options);
    publicKey.challenge = bytes(publicKey.challenge);
    publicKey.user.id = bytes(publicKey.user.id);
    for (const known of publicKey.excludeCredentials) {
      known.id = bytes(known.id);
    }
    return publicKey;
  };

  const json = (made) => ({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
  });

  const words = {
    NotAllowedError: "No passkey was made: it was cancelled, or took too long. Try again.",
    InvalidStateError: "This device has a passkey for your account already.",
    ConstraintError: "This device can’t check that it’s you. Set up a screen lock, or use another device.",
    NotSupportedError: "This device can’t make a passkey of the kind that is needed here.",
  };

  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) {
      return;
    }
    event.preventDefault();
    error.hidden = true;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const made = await navigator.credentials.create({ publicKey: options() });
      form.elements.credential.value = JSON.stringify(json(made));
      form.submit();
    } catch (problem) {
      error.firstElementChild.textContent =
        words[problem.name] || "No passkey was made (" + problem.name + "). Try again.";
      error.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
})();
