/**
 * Completion scripts and man pages, made from what picocli knows of the commands: nothing is
 * written down twice. Commands that are parsed by hand are described by their own usage text.
 */
@NullMarked
package dev.latchstring.cli.help;

import org.jspecify.annotations.NullMarked;
