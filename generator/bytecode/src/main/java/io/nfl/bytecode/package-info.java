/**
 * From the policy to class bytes. The only package that knows ASM; what it emits calls {@code io.nfl.api} alone.
 */
@NullMarked
package io.nfl.bytecode;

import org.jspecify.annotations.NullMarked;
