/** A tool server over HTTP, behind the bearer filter: it takes tokens that are for it alone. */
@NullMarked
package dev.latchstring.examples.gateway.invoices;

import org.jspecify.annotations.NullMarked;
