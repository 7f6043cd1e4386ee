/** What a person is asked, in their language. */
@NullMarked
package dev.latchstring.authorizationserver.challenge.prompt;

import org.jspecify.annotations.NullMarked;
