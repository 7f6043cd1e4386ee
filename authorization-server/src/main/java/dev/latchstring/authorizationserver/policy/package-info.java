/**
 * Who may hold which scope for which resource.
 *
 * <p>It owns the resources that are known, the scope a request gets when it names none, and the
 * narrowing of what was granted to what is asked for. It decides on values alone: it reads no
 * request and no database.
 */
@NullMarked
package dev.latchstring.authorizationserver.policy;

import org.jspecify.annotations.NullMarked;
