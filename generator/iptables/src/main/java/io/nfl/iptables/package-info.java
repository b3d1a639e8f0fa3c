/**
 * Between the policy and the text that the kernel's tools read and write, both ways. No check lives here.
 */
@NullMarked
package io.nfl.iptables;

import org.jspecify.annotations.NullMarked;
