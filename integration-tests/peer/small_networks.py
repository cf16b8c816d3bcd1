"""Small networks with couplings that torchvision lacks: world models, recurrence, shared keys."""

import torch
import torch.nn.functional as F
from torch import nn


def mlp(*widths, activation=nn.ReLU):
    """Linear layers of these widths with the activation between them."""
    layers = []
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        layers += [activation()] if i else []
        layers.append(nn.Linear(a, b))
    return nn.Sequential(*layers)


def conv_bn(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = mlp(784, 512, 256, 64)
        self.decoder = mlp(64, 256, 512, 784)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class View(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.view(-1, *self.shape)


class ConvAutoencoder(nn.Module):
    """[3, 64, 64] to a latent of 128 and back; Linear, view, ConvTranspose in the decoder."""

    def __init__(self, c=(32, 64, 128), latent=128):
        super().__init__()
        self.encoder = nn.Sequential(
            conv_bn(3, c[0], 2),
            conv_bn(c[0], c[1], 2),
            conv_bn(c[1], c[2], 2),
            nn.Flatten(),
            nn.Linear(c[2] * 64, latent),
        )

        def up(a, b):
            return nn.ConvTranspose2d(a, b, 3, 2, 1, output_padding=1)

        self.decoder = nn.Sequential(
            nn.Linear(latent, c[2] * 64),
            View(c[2], 8, 8),
            nn.ReLU(),
            up(c[2], c[1]),
            nn.BatchNorm2d(c[1]),
            nn.ReLU(),
            up(c[1], c[0]),
            nn.ReLU(),
            up(c[0], 3),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Told(nn.Module):
    """TD-MPC's task-oriented latent dynamics (arXiv 2203.04955), all components in one graph."""

    def __init__(self, observation=24, action=6, latent=50, width=512):
        super().__init__()
        both = latent + action
        self.encoder = mlp(observation, 256, latent, activation=nn.ELU)
        self.dynamics = mlp(both, width, width, latent, activation=nn.ELU)
        self.reward = mlp(both, width, width, 1, activation=nn.ELU)
        self.pi = mlp(latent, width, width, action, activation=nn.ELU)
        self.Q1 = self.value(both, width)
        self.Q2 = self.value(both, width)

    @staticmethod
    def value(inputs, width):
        return nn.Sequential(
            nn.Linear(inputs, width),
            nn.LayerNorm(width),
            nn.Tanh(),
            nn.Linear(width, width),
            nn.ELU(),
            nn.Linear(width, 1),
        )

    def forward(self, obs, action):
        z = self.encoder(obs)
        za = torch.cat([z, action], dim=-1)
        return self.dynamics(za), self.reward(za), torch.tanh(self.pi(z)), self.Q1(za), self.Q2(za)


class Recurrent(nn.Module):
    """A classifier of sequences [N, T, 24] by the last step of a recurrent layer."""

    def __init__(self, cell, **options):
        super().__init__()
        self.input = nn.Linear(24, 32)
        self.rnn = cell(32, 64, batch_first=True, **options)
        self.head = nn.Linear(64 * (2 if options.get("bidirectional") else 1), 10)

    def forward(self, x):
        y, _ = self.rnn(torch.tanh(self.input(x)))
        return self.head(y[:, -1])


class TokenGru(nn.Module):
    """A classifier of token sequences [N, T]: an embedding, two GRU layers, the mean over time."""

    def __init__(self, vocabulary=200):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 48)
        self.rnn = nn.GRU(48, 64, num_layers=2, batch_first=True)
        self.head = mlp(64, 32, 5)

    def forward(self, tokens):
        y, _ = self.rnn(self.embedding(tokens))
        return self.head(y.mean(dim=1))


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)


class GroupedAttention(nn.Module):
    """Causal attention with rotary positions; `queries / keys` query heads share a key head."""

    def __init__(self, width, queries, keys, length):
        super().__init__()
        self.queries, self.keys, self.size = queries, keys, width // queries
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(width, keys * self.size, bias=False)
        self.v = nn.Linear(width, keys * self.size, bias=False)
        self.o = nn.Linear(width, width, bias=False)
        rates = 10000 ** (-torch.arange(0, self.size, 2) / self.size)
        angles = torch.outer(torch.arange(length), rates).repeat(1, 2)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        mask = torch.full((length, length), -1e9).triu(1)
        self.register_buffer("mask", mask, persistent=False)

    def rotate(self, x):
        a, b = x.chunk(2, dim=-1)
        return x * self.cos + torch.cat([-b, a], dim=-1) * self.sin

    def shared(self, x):
        n, _, t, d = x.shape
        wide = x[:, :, None].expand(n, self.keys, self.queries // self.keys, t, d)
        return wide.reshape(n, self.queries, t, d)

    def forward(self, x):
        n, t, _ = x.shape

        def heads(y, count):
            return y.view(n, t, count, self.size).transpose(1, 2)

        q = self.rotate(heads(self.q(x), self.queries))
        k = self.shared(self.rotate(heads(self.k(x), self.keys)))
        v = self.shared(heads(self.v(x), self.keys))
        weights = (q @ k.transpose(-2, -1) / self.size**0.5 + self.mask).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(n, t, -1))


class Decoder(nn.Module):
    def __init__(self, width, queries, keys, length):
        super().__init__()
        self.norm1 = RmsNorm(width)
        self.attention = GroupedAttention(width, queries, keys, length)
        self.norm2 = RmsNorm(width)
        self.gate = nn.Linear(width, 2 * width, bias=False)
        self.up = nn.Linear(width, 2 * width, bias=False)
        self.down = nn.Linear(2 * width, width, bias=False)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class CausalTransformer(nn.Module):
    """Tokens [N, T] to logits; the embedding is also the head's weight."""

    def __init__(self, vocabulary=200, width=128, queries=8, keys=2, depth=2, length=32):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        self.blocks = nn.Sequential(*[Decoder(width, queries, keys, length) for _ in range(depth)])
        self.norm = RmsNorm(width)

    def forward(self, tokens):
        x = self.norm(self.blocks(self.embedding(tokens)))
        return F.linear(x, self.embedding.weight)


class UNet(nn.Module):
    """Skips by concatenation; one step up by pixel shuffle, one by nearest neighbours."""

    def __init__(self):
        super().__init__()
        self.down1 = nn.Sequential(conv_bn(3, 16), conv_bn(16, 16))
        self.down2 = nn.Sequential(conv_bn(16, 32), conv_bn(32, 32))
        self.middle = nn.Sequential(conv_bn(32, 64), conv_bn(64, 64))
        self.shuffle = nn.Sequential(nn.Conv2d(64, 128, 1), nn.PixelShuffle(2))
        self.up2 = conv_bn(32 + 32, 32)
        self.nearest = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(32, 16, 1))
        self.up1 = conv_bn(16 + 16, 16)
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.middle(F.max_pool2d(b, 2))
        y = self.up2(torch.cat([self.shuffle(c), b], dim=1))
        return self.head(self.up1(torch.cat([a, self.nearest(y)], dim=1)))


class SqueezeExcite(nn.Module):
    """A residual block whose channels are scaled by a gate of their own means."""

    def __init__(self, width, inner):
        super().__init__()
        self.body = nn.Sequential(conv_bn(width, inner), conv_bn(inner, inner))
        self.gate = nn.Sequential(mlp(inner, inner // 4, inner), nn.Sigmoid())
        self.out = nn.Sequential(nn.Conv2d(inner, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.body(x)
        y = y * self.gate(y.mean(dim=(2, 3)))[:, :, None, None]
        return F.relu(x + self.out(y))


class SqueezeExciteNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 32, 2)
        self.blocks = nn.Sequential(SqueezeExcite(32, 64), SqueezeExcite(32, 48))
        self.norm = nn.GroupNorm(4, 32)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        return self.head(F.adaptive_avg_pool2d(self.norm(self.blocks(self.stem(x))), 1).flatten(1))
