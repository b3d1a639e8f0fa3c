/**
 * The model becomes the IR: names become values, lists and negations become rules and chains of iptables' own, families
 * part. EMF goes no further. What cannot be lowered is a diagnostic at its place.
 */
@NullMarked
package io.nfl.lang.lower;

import org.jspecify.annotations.NullMarked;
