/**
 * What the operator says: a YAML file, environment variables over it, command-line options over
 * those.
 *
 * <p>It owns the names of the settings, their defaults and every check that needs no database. A
 * key that does not exist is an error with the nearest name that does; so is a value that breaks a
 * rule. It opens no socket and creates no file, and its records say of a secret only that it is
 * there.
 *
 * <pre>
 *   file (YAML) ─▶ ConfigurationFile ─▶ ConfigurationReader ─▶ ServerConfiguration
 *                  names and types      rules and defaults     what the server is built from
 * </pre>
 */
@NullMarked
package dev.latchstring.authorizationserver.config;

import org.jspecify.annotations.NullMarked;
