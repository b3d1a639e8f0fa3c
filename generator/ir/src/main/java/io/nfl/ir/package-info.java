/**
 * The policy, resolved, in netfilter's own terms: records under sealed interfaces. No text, no Xtext, no byte code.
 */
@NullMarked
package io.nfl.ir;

import org.jspecify.annotations.NullMarked;
