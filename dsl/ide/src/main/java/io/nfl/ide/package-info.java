/**
 * The language server. The only package that knows the Language Server Protocol.
 */
@NullMarked
package io.nfl.ide;

import org.jspecify.annotations.NullMarked;
