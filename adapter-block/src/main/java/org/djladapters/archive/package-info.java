/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * TorchScript archives read, edited and written, without the engine.
 *
 * <p>An archive is a zip file: {@code code/} holds the program as readable text, {@code data.pkl}
 * the objects that the program's classes have, pickled, and {@code data/} the bytes of tensors.
 * {@link org.djladapters.archive.ScriptArchive} reads one, whatever is wrong with it being told by
 * an {@link org.djladapters.archive.ArchiveException}; {@link
 * org.djladapters.archive.ArchiveEditor} replaces the text of classes and methods, adds attributes
 * to objects, and replaces tensors. {@link org.djladapters.archive.NativeKernel} makes an archive
 * of a program alone and loads it into the engine, so that native code can be written as text, and
 * {@link org.djladapters.archive.NativeCall} calls its methods.
 *
 * <p>Nothing here knows of adapters.
 */
package org.djladapters.archive;
