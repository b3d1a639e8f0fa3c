/**
 * What a packet met in the engine, told in the kernel oracle's words, so that both can be laid side by side. Only
 * writing of JSON; nothing is decided here.
 */
@NullMarked
package io.nfl.kernel.outcome;

import org.jspecify.annotations.NullMarked;
