/**
 * The policy, resolved, in netfilter's own terms: records, valid by construction, immutable. A {@link io.nfl.ir.Rule}
 * is
 * one iptables rule, so that the evaluator, the bytecode, the scripts and the kernel count and trace the same things.
 * No names to resolve, no text, no knowledge of where a thing may stand (that is {@code io.nfl.check}).
 */
@NullMarked
package io.nfl.ir;

import org.jspecify.annotations.NullMarked;
