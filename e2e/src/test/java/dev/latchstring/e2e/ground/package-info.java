/** The ground: the scripts that find a JDK, fetch Maven, build and start. */
package dev.latchstring.e2e.ground;
