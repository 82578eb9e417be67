/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.archive.TorchArchive;
import org.djladapters.io.TemporaryFolder;

/**
 * A model's program as an archive. That of a checkpoint is made here, in a folder that is deleted
 * when this is closed: with or without the weights, which {@link #checkpoint} can read.
 */
public final class ModelProgram implements AutoCloseable {

    private static final String FILE = "model.pt";

    private final TorchArchive archive;
    private final CheckpointProgram checkpoint;
    private final TemporaryFolder folder;

    private ModelProgram(
            TorchArchive archive, CheckpointProgram checkpoint, TemporaryFolder folder) {
        this.archive = archive;
        this.checkpoint = checkpoint;
        this.folder = folder;
    }

    /** Opens the archive of an export, with its weights. */
    public static ModelProgram of(Path file) throws IOException {
        return new ModelProgram(TorchArchive.open(file), null, null);
    }

    /**
     * Makes the program of a checkpoint for weights of a type that are to come, or with its weights
     * if the type is null.
     */
    public static ModelProgram of(Checkpoint checkpoint, DataType type, boolean dropout)
            throws IOException {
        CheckpointProgram program = checkpoint.program(dropout);
        TemporaryFolder folder = TemporaryFolder.create();
        try {
            Path file = folder.path().resolve(FILE);
            if (type == null) {
                program.write(file);
            } else {
                program.writeWithoutWeights(file, type);
            }
            return new ModelProgram(TorchArchive.open(file), program, folder);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Makes the program that computes in bfloat16, with weights in bfloat16 and inputs and outputs
     * in float32, in a file of its own. An archive with weights in bfloat16 is taken as it is.
     *
     * @param name what a message calls the model
     * @return that program, with this one closed
     * @throws IOException if it can't be written, or some statement may not be right in 16 bits
     */
    public ModelProgram inBfloat16(Path name) throws IOException {
        if (hasBfloat16()) {
            return this;
        }
        try (this) {
            Bfloat16Export narrow = new Bfloat16Export(archive);
            if (narrow.refusal().isPresent()) {
                throw new IOException(
                        ("'%s' can't compute in bfloat16: %s; leave bfloat16 out, or open the"
                                        + " HuggingFace checkpoint that it was made from")
                                .formatted(name, narrow.refusal().get()));
            }
            TemporaryFolder own = TemporaryFolder.create();
            try {
                Path file = own.path().resolve(FILE);
                narrow.write(file);
                return new ModelProgram(TorchArchive.open(file), null, own);
            } catch (IOException | RuntimeException e) {
                own.close();
                throw e;
            }
        }
    }

    /** Tells whether the archive is one of float32 that can compute in bfloat16. */
    public boolean canBeBfloat16() {
        return !hasBfloat16() && new Bfloat16Export(archive).refusal().isEmpty();
    }

    /** Tells whether there are weights in bfloat16: a merged head beside them stays float32. */
    private boolean hasBfloat16() {
        return archive.module().stream()
                .flatMap(node -> node.tensors().stream())
                .anyMatch(tensor -> tensor.tensor().dataType() == DataType.BFLOAT16);
    }

    /** Returns the archive, which is gone when this is closed if it was made here. */
    public TorchArchive archive() {
        return archive;
    }

    /** Returns the program that can read the weights of a checkpoint; empty for an export. */
    public Optional<CheckpointProgram> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    /** Tells whether the archive was made from that of an export. */
    public boolean isConverted() {
        return folder != null && checkpoint == null;
    }

    @Override
    public void close() throws IOException {
        if (folder != null) {
            folder.close();
        }
    }
}
