/**
 * The official MCP conformance suite in client mode. {@code ClientConformanceTest} runs each of its
 * scenarios; the program under test is {@code ConformanceClient}, which holds the library as any
 * Java program would and has no OAuth of its own.
 */
@NullMarked
package dev.latchstring.e2e.conformance;

import org.jspecify.annotations.NullMarked;
