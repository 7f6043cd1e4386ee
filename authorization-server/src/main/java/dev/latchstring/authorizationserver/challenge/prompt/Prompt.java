package dev.latchstring.authorizationserver.challenge.prompt;

import java.util.Locale;

/**
 * What a person is asked, to be shown or to be said.
 *
 * @param ssml W3C SSML 1.1
 */
public record Prompt(String text, String ssml, Locale locale) {}
