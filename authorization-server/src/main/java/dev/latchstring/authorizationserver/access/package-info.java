/**
 * What programs a person has let in, shown to that person and taken back by them.
 *
 * <p>It looks over what other packages keep: grants, the consents that spare a question, codes that
 * were not redeemed yet. Taking access back ends all of these for one program and one resource in
 * one transaction.
 */
@NullMarked
package dev.latchstring.authorizationserver.access;

import org.jspecify.annotations.NullMarked;
